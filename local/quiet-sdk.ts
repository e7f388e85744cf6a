/** Imported first: the SDK's advice to move to a newer Node would stand above every start message, and Node 20 is what we promise. */
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
