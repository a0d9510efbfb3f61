import { applyDecorators, Get, HttpCode, Post, Put, SetMetadata } from '@nestjs/common';
import { ROUTES, type Route, type RouteName } from '@intermodal/contracts';

export const OPERATION = 'intermodal:operation';

/** Serves one route of the table: its method and path come from there, and nowhere else. */
export function Operation(name: RouteName): MethodDecorator {
  const route: Route = ROUTES[name];
  const method = { GET: Get, POST: Post, PUT: Put }[route.method](route.path);
  const status = Number(Object.keys(route.answers)[0]);
  return applyDecorators(SetMetadata(OPERATION, name), method, HttpCode(status));
}
