export { createMemoryProvider } from "./provider";
