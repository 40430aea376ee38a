/** Of a field that is there: the text that stands in it. */
export const textOf = (fields: FormData, name: string): string => fields.get(name) as string;
