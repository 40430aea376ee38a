/** Of scorers that judge by their options alone. */
export const noTargetProblem = (): null => null;
