using MultiagentFT.Decoder.Shared;

namespace MultiagentFT.Decoder.Tests;

public sealed class BlockTensorTests
{
    [Theory]
    [InlineData("blk.0.attn_q.weight", 0, "attn_q.weight")]
    [InlineData("blk.11.ffn_down.weight", 11, "ffn_down.weight")]
    public void NamesOfBlocksAreRead(string tensor, int block, string name)
    {
        Assert.True(BlockTensor.TryParse(tensor, 12, out var foundBlock, out var foundName));
        Assert.Equal((block, name), (foundBlock, foundName));
    }

    [Theory]
    [InlineData("blk.-1.attn_q.weight")]
    [InlineData("blk.+1.attn_q.weight")]
    [InlineData("blk.00.attn_q.weight")]
    [InlineData("blk. 1.attn_q.weight")]
    [InlineData("blk.12.attn_q.weight")]
    [InlineData("blk.99999999999.attn_q.weight")]
    [InlineData("blk.1")]
    [InlineData("output.weight")]
    public void OtherSpellingsAreNot(string tensor) => Assert.False(BlockTensor.TryParse(tensor, 12, out _, out _));
}
