namespace MultiagentFT.Runs.Events;

/// <summary>Something that happened in a run.</summary>
public abstract record RunEvent;
