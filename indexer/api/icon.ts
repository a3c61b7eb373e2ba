/** Of pages: without one, browsers ask for a file. */
export const ICON =
  "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'><path d='M1 7V1l3 3 3-3v6' fill='none' stroke='%23286'/></svg>"
