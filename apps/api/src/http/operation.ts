import { applyDecorators, Delete, Get, HttpCode, Patch, Post, Put, SetMetadata } from '@nestjs/common';
import { ROUTES, type Route, type RouteName } from '@intermodal/contracts';

export const OPERATION = 'intermodal:operation';

const METHODS = { GET: Get, POST: Post, PUT: Put, PATCH: Patch, DELETE: Delete };

/** Serves one route of the table: its method and path come from there, and nowhere else. */
export function Operation(name: RouteName): MethodDecorator {
  const route: Route = ROUTES[name];
  const status = Number(Object.keys(route.answers)[0]);
  return applyDecorators(SetMetadata(OPERATION, name), METHODS[route.method](route.path), HttpCode(status));
}
