/** A type error on purpose: test/unit/types-canary.test.ts checks that both checkers see it. */
export const length: number = 'not a number';
