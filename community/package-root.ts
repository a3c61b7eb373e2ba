/** Folder that holds `data/` and `artifacts/`; the compiled package has its code one folder deeper than the sources. */
export const packageRoot = new URL(import.meta.url.endsWith('.ts') ? '../' : '../../', import.meta.url)
