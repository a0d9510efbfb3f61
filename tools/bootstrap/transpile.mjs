// Makes every project's dist from its sources without looking at types: seconds, where `tsc -b` takes half a minute on
// two cores. `isolatedModules` makes it the same JavaScript; `npm run check` is what checks the types.
import { createRequire } from 'node:module';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { root } from './steps.mjs';

const ts = createRequire(import.meta.url)('typescript');
const { references } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'));

/** One file alone does not say that its package is of type `module`. */
const ESM = { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler };

for (const { path } of references) transpileProject(join(root, path));

function transpileProject(folder) {
  const { config } = ts.readConfigFile(join(folder, 'tsconfig.json'), ts.sys.readFile);
  const { options, fileNames, errors } = ts.parseJsonConfigFileContent(config, ts.sys, folder);
  if (errors.length > 0) throw new Error(ts.flattenDiagnosticMessageText(errors[0].messageText, '\n'));
  // What tsc knows of this folder is no longer so; and a stage whose source is gone must not be found.
  rmSync(options.outDir, { recursive: true, force: true });
  for (const file of fileNames) {
    const target = join(options.outDir, relative(options.rootDir, file)).replace(/\.ts$/, '.js');
    const { outputText, sourceMapText, diagnostics } = ts.transpileModule(readFileSync(file, 'utf8'), {
      compilerOptions: { ...options, ...ESM },
      fileName: file,
      reportDiagnostics: true,
    });
    const [fault] = diagnostics;
    if (fault)
      throw new Error(`${relative(root, file)}: ${ts.flattenDiagnosticMessageText(fault.messageText, '\n')}`);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, outputText);
    if (sourceMapText)
      writeFileSync(`${target}.map`, withSource(sourceMapText, relative(dirname(target), file)));
  }
}

/** The map names the source by its base name only; from dist it is elsewhere. */
function withSource(map, source) {
  return JSON.stringify({ ...JSON.parse(map), sources: [source] });
}
