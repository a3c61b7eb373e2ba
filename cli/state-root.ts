/** The folder below which `mesh up` keeps its state, where it is called. Paths below it are said as somebody there would type them. */
export const STATE_ROOT = '.mesh'
