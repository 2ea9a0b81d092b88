namespace MultiagentFT.Debate.Protocol.Events;

/// <summary>Something that happened in a debate.</summary>
public abstract record DebateEvent;
