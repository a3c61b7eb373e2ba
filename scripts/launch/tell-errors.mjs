/** Loaded into examples: an error that names its remedy is told by that, and not by stacks of what caused it. */
process.on('uncaughtException', (error) => {
  console.error(typeof error?.remedy === 'string' ? error.message : error)
  process.exit(1)
})
