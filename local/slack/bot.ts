/** Who the app is in its workspace. */
export const bot = {
  user: 'passrole-remediator',
  user_id: 'U0PASSROLE',
  bot_id: 'B0PASSROLE',
  team: 'Playground',
  team_id: 'T0PLAYGRND',
} as const;
