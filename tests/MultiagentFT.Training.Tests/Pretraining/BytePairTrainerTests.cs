using MultiagentFT.Gguf;
using MultiagentFT.Training.Pretraining;

namespace MultiagentFT.Training.Tests.Pretraining;

public sealed class BytePairTrainerTests
{
    [Fact]
    public void FrequentPairsMergeFirstAndDigitsNever()
    {
        var merges = BytePairTrainer.Train(["low low low lower 123 123 123 123"], maxMerges: 10, minimumCount: 2);
        Assert.Equal([("l", "o"), ("lo", "w"), ("Ġ", "low")], merges);
    }

    [Fact]
    public void MoreMergesFollowTheFirstOnes()
    {
        (string, string)[] first = [("l", "o"), ("lo", "w")];
        Assert.Equal([.. first, ("Ġ", "low")], BytePairTrainer.Train(["low low low lower"], maxMerges: 1, minimumCount: 2, first));
        Assert.Equal(first, BytePairTrainer.Train(["low"], maxMerges: 9, minimumCount: 2, first));
    }

    [Fact]
    public void TheAlphabetIsOnePrintableCharacterAByte()
    {
        var alphabet = Enumerable.Range(0, 256).Select(value => ByteAlphabet.Of((byte)value)).ToArray();
        Assert.Equal(256, alphabet.Distinct().Count());
        Assert.Equal("Ġaé\u0120", "Ġ" + ByteAlphabet.Encode("a") + "é" + ByteAlphabet.Encode(" "));
        Assert.Equal("ĊÃ©", ByteAlphabet.Encode("\né"));
        Assert.All(alphabet, c => Assert.False(char.IsWhiteSpace(c) || char.IsControl(c)));
    }
}
