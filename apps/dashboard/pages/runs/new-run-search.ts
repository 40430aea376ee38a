export interface NewRunSearch {
  /** A name or name@version. */
  benchmark?: string;
  /** Names or name@version, with commas between them. */
  agents?: string;
}

export const newRunSearch = ({ benchmark, agents }: Record<string, unknown>): NewRunSearch => ({
  ...(typeof benchmark === 'string' && benchmark !== '' && { benchmark }),
  ...(typeof agents === 'string' && agents !== '' && { agents }),
});
