using MultiagentFT.Debate.Prompts;
using MultiagentFT.Foundation;

namespace MultiagentFT.Training.Pretraining;

/// <summary>Conversations of all families in the shares of a mix. Of a mix of arithmetic alone it is <see cref="ArithmeticCorpus"/>, word by word.</summary>
/// <inheritdoc cref="ArithmeticCorpus"/>
public sealed class MixedCorpus(PromptSet prompts, CorpusMix mix, Seed seed) : ICorpus
{
    private readonly ArithmeticCorpus _arithmetic = new(prompts, mix, seed);
    private readonly WordProblemCorpus _words = new(prompts, mix, seed);
    private readonly SymbolicCorpus _symbolic = new(prompts, mix, seed);
    private readonly SplitMix64 _random = seed.Of("mixed-corpus").Generator();

    public CorpusConversation Next()
    {
        var family = _random.NextDouble();
        if (family < mix.WordProblems) return _words.Next();
        return family < mix.WordProblems + mix.Symbolic ? _symbolic.Next() : _arithmetic.Next();
    }
}
