declare module 'vitest' {
  interface ProvidedContext {
    /** Administrator's address of a real Postgres. Use `createDatabase()`. */
    postgresUrl: string;
    /** A real Redis that all test files share. Use `redisPrefix()`. */
    redisUrl: string;
  }
}

export {};
