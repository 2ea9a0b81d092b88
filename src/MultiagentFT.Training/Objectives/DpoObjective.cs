using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Foundation;
using MultiagentFT.Training.Data;
using MultiagentFT.Training.Model;
using static TorchSharp.torch;

namespace MultiagentFT.Training.Objectives;

/// <summary>
/// Direct preference optimization (arXiv 2305.18290): −log σ(β · (log π(chosen)/ref(chosen) − log π(rejected)/ref(rejected))), the mean over pairs.
/// Length-normalized (arXiv 2411.15124), both logarithms are means over an answer's tokens.
/// </summary>
/// <param name="dataset">Pairs as <see cref="PreferenceFile"/> reads them.</param>
/// <param name="beta">β.</param>
/// <param name="perToken">Whether it is length-normalized.</param>
public sealed class DpoObjective(string dataset, double beta, bool perToken) : IObjective
{
    private readonly SequenceScores _scores = new(perToken);

    public static ObjectiveEntry Entry { get; } = new(
        "dpo",
        "direct preference optimization",
        "how much more the chosen of two answers gains on the reference policy than the rejected one; prompt, chosen, rejected",
        job => new DpoObjective(job.Dataset, job.Options.Beta, perToken: false));

    public static ObjectiveEntry NormalizedEntry { get; } = new(
        "dpo-norm",
        "length-normalized direct preference optimization",
        "dpo with mean instead of summed log-probabilities of an answer's tokens",
        job => new DpoObjective(job.Dataset, job.Options.Beta, perToken: true));

    public IEnumerable<EncodedExample> Encode(ConversationEncoder encoder)
    {
        var pairs = PreferenceFile.ReadPairs(dataset);
        for (var i = 0; i < pairs.Count; i++)
        {
            var (prompt, chosen, rejected) = pairs[i];
            var name = $"{dataset}: pair {i + 1}";
            var pair = new SequencePair(PreferenceEncoding.Encode(encoder, prompt, chosen, name), PreferenceEncoding.Encode(encoder, prompt, rejected, name));
            if (pair.First.Tokens.AsSpan().SequenceEqual(pair.Second.Tokens)) throw new InputException(name, null, "two answers with different tokens", "the same");
            yield return pair;
        }
    }

    public void Prepare(DecoderModel model, IReadOnlyList<EncodedExample> examples, Device device) => _scores.Prepare(model, examples, device);

    public Tensor Loss(DecoderModel model, IReadOnlyList<EncodedExample> batch, Device device)
    {
        SequencePair[] pairs = [.. batch.Cast<SequencePair>()];
        var (chosen, rejected) = _scores.Of(model, pairs, device);
        var (referenceChosen, referenceRejected) = _scores.OfReference(pairs, device);
        return Loss(chosen - referenceChosen, rejected - referenceRejected, beta);
    }

    /// <param name="chosen">log π/ref of the chosen answers [pairs].</param>
    /// <param name="rejected">The same of the rejected ones.</param>
    /// <param name="beta">β.</param>
    internal static Tensor Loss(Tensor chosen, Tensor rejected, double beta) => -nn.functional.logsigmoid(beta * (chosen - rejected)).mean();
}
