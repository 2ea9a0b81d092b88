namespace MultiagentFT.Benchmarks.Generation;

/// <summary>One call to a context: a decode of rows, or (with no rows) a change of a slot's memory.</summary>
internal sealed record RecordedStep(
    int[] Tokens, int[] Positions, int[] Slots, bool[] Outputs, (int Slot, int Length)? Truncate = null, (int From, int To)? Copy = null);
