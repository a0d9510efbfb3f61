/** What a user says, without the signs of a model: there they would be heard as what they are, as a second picture or as the end. */
export const withoutSigns = (text: string, signs: readonly string[]): string =>
  signs.reduce((said, sign) => (sign === '' ? said : said.replaceAll(sign, ' ')), text);
