using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;
using MultiagentFT.Training.Data;
using MultiagentFT.Training.Model;
using static TorchSharp.torch;

namespace MultiagentFT.Training.Objectives;

/// <summary>
/// Conversations and preferences in one training: each step's loss is the mean over both, in which a preference weighs as much as a conversation of mean
/// length does by its tokens.
/// </summary>
/// <param name="conversations">What the dataset is learned by.</param>
/// <param name="preferences">What the preferences are learned by.</param>
public sealed class MixedObjective(IObjective conversations, IObjective preferences) : IObjective
{
    /// <summary>The objective of a job with <see cref="TrainingJob.Preferences"/>: pairs are learned as <c>dpo</c> does, labelled completions as <c>kto</c>.</summary>
    /// <exception cref="InputException">The job's own objective does not learn conversations, or the file has neither.</exception>
    public static MixedObjective Of(TrainingJob job, IObjective own)
    {
        if (own is not SupervisedObjective)
            throw new InputException("training option objective", null, $"{SupervisedObjective.Entry.Key}, as preferences are learned beside conversations", job.Options.Objective);
        var entry = PreferenceFile.HasLabels(job.Preferences!) ? KtoObjective.Entry : DpoObjective.Entry;
        return new MixedObjective(own, entry.Create(job with { Dataset = job.Preferences! }));
    }

    public IEnumerable<EncodedExample> Encode(ConversationEncoder encoder)
    {
        EncodedExample[] learned = [.. conversations.Encode(encoder)];
        var weight = learned.Length == 0 ? 1 : Math.Max(1, (int)Math.Round(learned.Average(example => (double)example.Weight)));
        return [.. learned, .. preferences.Encode(encoder).Select(example => new Preference(example, weight))];
    }

    public void Prepare(DecoderModel model, IReadOnlyList<EncodedExample> examples, Device device)
    {
        var (own, preferred) = Split(examples);
        conversations.Prepare(model, own, device);
        preferences.Prepare(model, preferred, device);
    }

    public Tensor Loss(DecoderModel model, IReadOnlyList<EncodedExample> batch, Device device)
    {
        var (own, preferred) = Split(batch);
        if (preferred.Length == 0) return conversations.Loss(model, own, device);
        if (own.Length == 0) return preferences.Loss(model, preferred, device);
        double all = batch.Sum(example => example.Weight);
        var share = own.Sum(example => example.Weight) / all;
        return (conversations.Loss(model, own, device) * share) + (preferences.Loss(model, preferred, device) * (1 - share));
    }

    private static (EncodedExample[] Own, EncodedExample[] Preferred) Split(IReadOnlyList<EncodedExample> examples) =>
        ([.. examples.Where(example => example is not Preference)], [.. examples.OfType<Preference>().Select(preference => preference.Example)]);

    /// <summary>What the objective of preferences has encoded, with another weight.</summary>
    private sealed record Preference(EncodedExample Example, int Share) : EncodedExample
    {
        public override int Length => Example.Length;

        public override int Sequences => Example.Sequences;

        public override int TotalTokens => Example.TotalTokens;

        public override int TargetTokens => Example.TargetTokens;

        public override int Weight => Share;
    }
}
