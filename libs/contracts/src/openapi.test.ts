import { describe, expect, it } from 'vitest';
import { ERRORS, openApiDocument, ROUTES, type Route } from './index.ts';

const document = openApiDocument({ version: '1.2.3' });
const text = JSON.stringify(document);

describe('openApiDocument', () => {
  it('has one operation for every route, and unique names', () => {
    const operations = Object.values(
      document.paths as Record<string, Record<string, { operationId: string }>>,
    )
      .flatMap((path) => Object.values(path))
      .map(({ operationId }) => operationId);
    expect(operations.toSorted()).toEqual(Object.keys(ROUTES).toSorted());
  });

  it('refers only to components that are there', () => {
    const { schemas } = document.components as { schemas: Record<string, unknown> };
    const references = [...text.matchAll(/"\$ref":"([^"]*)"/g)].map((match) => match[1]!);
    expect(references.length).toBeGreaterThan(20);
    for (const reference of references) {
      expect(reference).toMatch(/^#\/components\/schemas\//);
      expect(Object.keys(schemas)).toContain(reference.split('/').at(-1));
    }
  });

  it('declares every parameter of a path', () => {
    for (const [name, route] of Object.entries(ROUTES) as [string, Route][]) {
      const named = [...route.path.matchAll(/:(\w+)/g)].map((match) => match[1]!);
      expect(Object.keys(route.pathParameters?.shape ?? {}), name).toEqual(named);
    }
  });

  it('gives examples that its own schemas accept', () => {
    for (const [name, route] of Object.entries(ROUTES) as [string, Route][]) {
      for (const content of Object.values(route.body ?? {}))
        if (content.schema && content.example)
          expect(content.schema.safeParse(content.example), name).toMatchObject({ success: true });
      for (const answer of Object.values(route.answers))
        for (const content of Object.values(answer.content ?? {}))
          if (content.schema && content.example)
            expect(content.schema.safeParse(content.example), name).toMatchObject({ success: true });
    }
  });

  it('names the codes of each problem', () => {
    const submit = (document.paths as Record<string, Record<string, { responses: object }>>)['/v1/jobs']!
      .post!;
    expect(Object.keys(submit.responses)).toEqual(
      expect.arrayContaining(['200', '202', '401', '404', '422', '503']),
    );
    expect(text).toContain(ERRORS['idempotency.conflict'].title);
  });
});
