/** The name of the file that all of a person's data is saved in: the day is Korea's. */
export function fileName(exportedAt: string): string {
  const day = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeZone: 'Asia/Seoul' }).format(new Date(exportedAt));
  return `doa-market-my-data-${day}.json`;
}

/** The names of the sections of an export that lack something, by why they do. */
export interface Missing {
  /** Too long for one file. */
  cut: string[];
  /** Not read, or not to the end, because its service did not answer. */
  unavailable: string[];
}

export function missingIn(document: string): Missing {
  const { sections } = JSON.parse(document) as { sections: Record<string, { state: string }> };
  const inState = (state: string) => Object.keys(sections).filter((name) => sections[name]?.state === state);
  return { cut: inState('CUT'), unavailable: inState('UNAVAILABLE') };
}
