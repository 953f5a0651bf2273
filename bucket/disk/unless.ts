/** For errors of the disk of which one is expected: that one is `undefined`, others are thrown. */
export function unless(code: string): (error: NodeJS.ErrnoException) => undefined {
  return (error) => {
    if (error.code !== code) throw error;
  };
}
