/** Inputs of the Hessian's product: relative to its largest entry; shared by unit and gpu tests. */
import { neighbourCases } from './neighbour-cases';

/** Float32 against float64, relative to the largest expected value. */
export const tolerance = 1e-5;
export const cases = neighbourCases;
