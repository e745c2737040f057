"""Virtual trials: authorities that exist only here, randomised and analysed as a trial would."""
