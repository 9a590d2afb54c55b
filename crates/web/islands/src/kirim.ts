// The sealing part: fetched after the first answer, so that the first question does not wait for it.
export { sealReport } from "./seal";
