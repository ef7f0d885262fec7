// The session, and a hook for components.
import { useSyncExternalStore } from "react";
import { createAuth } from "vestibule";

export const auth = await createAuth("vestibule.json");

export function useAuth() {
  return useSyncExternalStore(auth.subscribe, auth.getSnapshot);
}
