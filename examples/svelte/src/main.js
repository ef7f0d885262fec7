import { mount } from "svelte";
import { createAuth } from "vestibule";
import App from "./App.svelte";

mount(App, { target: document.body, props: { auth: await createAuth("vestibule.json") } });
