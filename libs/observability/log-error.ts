interface Thrown {
  type?: string;
  name?: string;
  message?: string;
  stack?: string;
  code?: unknown;
}

/** What is logged of an error. Nothing else: a failed query also carries its parameters, which are users' texts. */
export const logError = ({ type, name, message, stack, code }: Thrown): object => ({
  type: type ?? name,
  message,
  stack,
  code,
});
