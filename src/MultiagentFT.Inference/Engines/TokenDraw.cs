using MultiagentFT.Contracts.Generation;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Inference.Sampling;

namespace MultiagentFT.Inference.Engines;

/// <summary>Draws the next token of every job whose logits a step has computed. Allocates nothing after the first steps, but for log-probabilities.</summary>
/// <param name="tokenizer">Of the model.</param>
/// <param name="endsGeneration">[vocabulary]: whether a token ends an answer.</param>
/// <param name="options">Sizes of the context.</param>
internal sealed class TokenDraw(ITokenizer tokenizer, bool[] endsGeneration, ContextOptions options)
{
    private readonly BatchSampler _sampler =
        new(endsGeneration.Length, options.Slots, options.Threads == 0 ? Environment.ProcessorCount : options.Threads);

    private readonly List<GenerationJob> _jobs = new(options.Slots);
    private LogProbabilities? _logProbabilities;

    /// <summary>Appends a token to each job with an output row.</summary>
    /// <param name="ended">Gets those whose answer is over, and those whose logits are not finite.</param>
    /// <returns>Tokens drawn.</returns>
    public int Draw(IModelContext context, List<GenerationJob> running, List<GenerationJob> ended)
    {
        _jobs.Clear();
        _sampler.Clear();
        foreach (var job in running)
        {
            if (job.OutputRow < 0) continue;
            _jobs.Add(job);
            _sampler.Add(context.Logits(job.OutputRow), job.Sampling, job.Generator);
        }
        var tokens = _sampler.Sample();
        var drawn = 0;
        for (var i = 0; i < tokens.Length; i++)
        {
            var job = _jobs[i];
            if (tokens[i] == Sampler.Failed)
            {
                job.Fail(FailureKind.NotFinite, $"logits: expected finite numbers at position {job.Tokens.Count - 1}, found NaN or no finite maximum");
            }
            else
            {
                if (job.TopLogProbabilities is { } top && !endsGeneration[tokens[i]])
                {
                    _logProbabilities ??= new LogProbabilities(tokenizer, endsGeneration.Length);
                    job.Keep(_logProbabilities.Of(context.Logits(job.OutputRow), tokens[i], top));
                }
                job.Append(tokens[i], endsGeneration[tokens[i]], tokenizer);
                drawn++;
            }
            if (job.HasEnded) ended.Add(job);
        }
        return drawn;
    }
}
