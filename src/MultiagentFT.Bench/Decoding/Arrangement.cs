namespace MultiagentFT.Bench.Decoding;

/// <summary>How rows of several agents can be decoded over one base model.</summary>
public enum Arrangement
{
    /// <summary>libllama, no adapter at all: the floor.</summary>
    Base,

    /// <summary>The mixed-adapter decoder: all rows in one step, each with its own adapter.</summary>
    Mixed,

    /// <summary>One context of libllama; rows grouped by adapter, the adapter switched between groups.</summary>
    Grouped,

    /// <summary>One context of libllama for each adapter, over shared weights.</summary>
    Contexts,

    /// <summary>One context of libllama; one row after another.</summary>
    Sequential,
}
