import { mount } from "svelte";
import App from "./app/App.svelte";
import { connect } from "./lib/engine";
import { bestLanguage, setLanguage } from "./lib/messages.svelte";
import { detectPlatform } from "./platform";
import "./styles/tokens.css";
import "./styles/base.css";

// Until the person's own choice is known.
setLanguage(bestLanguage(navigator.languages));
connect(detectPlatform());

mount(App, { target: document.getElementById("app")! });
