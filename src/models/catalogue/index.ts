/** The catalogue's door for the first load: the pocket model and the way to any model's files. */
export { modelSource } from './model-source';
export { POCKET } from './pocket';
