/** `Fri, 01 Mar 2024 12:00:00 GMT` @param time virtual time in ms since the epoch */
export const httpDate = (time: number) => new Date(time).toUTCString()
