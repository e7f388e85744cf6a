/** Stands in for tsx where everything is bundled already. */
export const register = (): void => undefined;
