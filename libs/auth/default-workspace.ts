/** The one workspace there is until users can make their own; the first migration inserts it. */
export const DEFAULT_WORKSPACE_ID = '01936000-0000-7000-8000-000000000001';
