/** A lab that its author has to mend: what is wrong, with the file it is in. */
export class LabMistake extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'LabMistake'
  }
}
