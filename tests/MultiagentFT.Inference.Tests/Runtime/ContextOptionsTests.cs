using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Inference.Tests.Runtime;

public sealed class ContextOptionsTests
{
    [Fact]
    public void Sizes_are_told_in_words() => Assert.Equal(
        "8 slots and 2 kept ones of 64 tokens, 128 rows a step, keys and values in q8",
        new ContextOptions { Slots = 8, KeptSlots = 2, SlotContext = 64, BatchTokens = 128, KeyValueType = KeyValueType.Q8 }.ToString());
}
