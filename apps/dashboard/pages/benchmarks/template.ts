/** Where one begins: small, and right as it stands. */
export const TEMPLATE = `name: capitals
title: Capitals of the world
prompt:
  messages:
    - role: user
      content: What is the capital of {{ input }}? Answer with its name only.
scoring:
  scorers:
    - type: includes
samples:
  - { id: fr, input: France, target: Paris, category: europe }
  - { id: jp, input: Japan, target: Tokyo, category: asia }
`;
