"""WHO IS TOLD: notices, e-mails and webhooks, made of what the trail says was done."""
