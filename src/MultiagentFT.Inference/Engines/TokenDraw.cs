using MultiagentFT.Contracts.Generation;
using MultiagentFT.Inference.Formats;
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
    private JsonDraw? _json;

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
            if (Formed(tokens[i], job, context) is { } token)
            {
                if (job.TopLogProbabilities is { } top && !endsGeneration[token])
                {
                    _logProbabilities ??= new LogProbabilities(tokenizer, endsGeneration.Length);
                    job.Keep(_logProbabilities.Of(context.Logits(job.OutputRow), token, top));
                }
                job.Append(token, endsGeneration[token], tokenizer);
                drawn++;
            }
            if (job.HasEnded) ended.Add(job);
        }
        return drawn;
    }

    /// <summary>The drawn token, or another one where the job's format does not allow it; null when the job has failed.</summary>
    private int? Formed(int token, GenerationJob job, IModelContext context)
    {
        if (token == Sampler.Failed)
        {
            job.Fail(FailureKind.NotFinite, $"logits: expected finite numbers at position {job.Tokens.Count - 1}, found NaN or no finite maximum");
            return null;
        }
        if (job.Json is not { } json) return token;
        _json ??= new JsonDraw(tokenizer, endsGeneration);
        if (_json.Allows(json, token)) return token;
        var other = _json.Draw(context.Logits(job.OutputRow), json, job.Sampling, job.Generator);
        if (other != Sampler.Failed) return other;
        job.Fail(FailureKind.Invalid, $"format: expected a token that goes on with a JSON object at position {job.Tokens.Count - 1}, found none in the vocabulary");
        return null;
    }
}
