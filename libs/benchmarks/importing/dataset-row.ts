/** Where in a dataset something stands, all 1-based: a line of text, and where lines say too little, the row's number. */
export interface Place {
  line?: number;
  column?: number;
  row?: number;
}

/** One row of a dataset of any format, or why there is none. */
export type DatasetRow = Place & ({ value: Record<string, unknown> } | { reason: string });
