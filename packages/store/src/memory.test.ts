import { createMemoryStore } from "./index";
import { storeSuite } from "./testing";

storeSuite("memory store", createMemoryStore);
