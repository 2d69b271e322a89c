/** Starts the page. */
import { mount } from 'svelte';
import { standAtGate } from '../rpc/outbound-gate';
import App from './App.svelte';
import './design/base.css';

standAtGate();

mount(App, { target: document.getElementById('app')! });
