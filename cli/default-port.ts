/** Port of the API when it is free. */
export const DEFAULT_PORT = 8787
