export { checkCitation } from './citation.ts'
export { type FoundPassage, Library, type LibraryDocument, type LibraryInit } from './library.ts'
