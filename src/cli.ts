#!/usr/bin/env node
console.log('clawauth-setup');
