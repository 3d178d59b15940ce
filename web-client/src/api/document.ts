/** A generated operation: its text, with the types of its answer and variables. */
export interface ApiDocument<Data, Variables> {
  __apiType?: ((variables: Variables) => Data) | undefined;
  toString(): string;
}
