using System.Security.Cryptography;
using System.Text;
using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;
using MultiagentFT.Remote.Spending;

namespace MultiagentFT.Remote.Finetuning;

/// <summary>
/// Trains by the endpoint's finetuning jobs: upload, create, wait, and the resulting model is the agent's weights (<see cref="RemoteWeights"/>). What a killed
/// process has begun is found again by its <see cref="JobTicket"/>, so that nothing is paid for twice.
/// </summary>
public sealed class RemoteTrainer(RemoteEndpoint endpoint) : ITrainer
{
    /// <summary>OpenAI refuses smaller datasets.</summary>
    private const int FewestOfOpenAi = 10;

    private const double PollGrowth = 1.5;

    private const int CreateAttempts = 3;

    private readonly JobApi _api = new(endpoint);
    private readonly RemoteErrors _errors = new(endpoint);

    public string WeightsExtension => RemoteWeights.Extension;

    public bool UsesThisMachine => false;

    public int MinimumExamples => endpoint.IsOpenAi ? FewestOfOpenAi : 1;

    /// <inheritdoc />
    public async Task<TrainingReport> TrainAsync(TrainingJob job, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        if (job.Preferences is { } preferences) throw new InputException("preferences", null, "none, as an endpoint's finetuning jobs learn from one file", preferences);
        var started = endpoint.Time.GetTimestamp();
        var examples = DatasetFile.Read(job.Dataset);
        var content = TrainingFile.Of(examples, job.Options.Loss);
        var settings = JobSettings.Of(job, endpoint.Options);
        var model = job.StartAdapter is { } start ? RemoteWeights.Read(start).ModelAt(endpoint.Options.BaseUrl, start) : RemoteModel.NameOf(job.Model);
        var path = job.Output + ".job.json";
        var task = Convert.ToHexStringLower(SHA256.HashData([.. Encoding.UTF8.GetBytes($"{endpoint.Options.BaseUrl}\n{model}\n{settings}\n"), .. content]));
        try
        {
            var state = await FinishAsync(path, task, model, content, settings, cancellation).ConfigureAwait(false);
            if (state.Model is null || !RemoteModel.IsName(endpoint.Redact(state.Model)))
                throw new TrainingFailedException($"training of {job.Output}: expected the model of job {_errors.Short(state.Id)}, found none");
            new RemoteWeights(FileFormat.Current, endpoint.Redact(state.Model), endpoint.Options.BaseUrl, model, endpoint.Redact(state.Id)).Write(job.Output);
            var seconds = Math.Round(endpoint.Time.GetElapsedTime(started).TotalSeconds, 3);
            var report = new TrainingReport(examples.Count, 0, 0, state.TrainedTokens, 0, null, null, seconds);
            TrainingReports.Write(job.Output, report);
            return report;
        }
        // The client breaks off a body that it is reading by whatever comes of it.
        catch (Exception error) when (cancellation.IsCancellationRequested && error is not (OperationCanceledException or InputException or TrainingFailedException or OutOfMemoryException))
        {
            throw new OperationCanceledException("the training was cancelled", error, cancellation);
        }
        catch (Exception error) when (error is not (InputException or TrainingFailedException or OutOfMemoryException) && !cancellation.IsCancellationRequested)
        {
            // Refusals that better input prevents leave by themselves.
            if (RemoteErrors.Status(error) is not null && _errors.Failure(error) is { Kind: FailureKind.Invalid } refusal) throw new InputException(refusal.Message);
            throw new TrainingFailedException($"training of {job.Output}: {_errors.Describe(error)}");
        }
    }

    /// <returns>The job, which has succeeded.</returns>
    /// <exception cref="TrainingFailedException">It has not; the next attempt begins a new one.</exception>
    private async Task<JobState> FinishAsync(
        string path, string task, string model, byte[] content, JobSettings settings, CancellationToken cancellation)
    {
        var found = JobTicket.Find(path, task);
        var ticket = found ?? JobTicket.New(task, endpoint.NextId()).Write(path);
        var charge = new Charge(endpoint.Budget, Charge.JobPrefix + ticket.Key, new Tokens(0, 0, (long)content.Length * settings.Epochs));
        await charge.BeginAsync(cancellation).ConfigureAwait(false);
        ticket = await WithFileAsync(ticket, path, content, mayExist: found is not null, cancellation).ConfigureAwait(false);
        ticket = await WithJobAsync(ticket, path, model, settings, mayExist: found is not null, cancellation).ConfigureAwait(false);
        var state = await WaitAsync(ticket.Job!, cancellation).ConfigureAwait(false);
        if (state.HasSucceeded && state.TrainedTokens == 0) charge.Lose();
        else charge.Settle(new Tokens(0, 0, state.TrainedTokens));
        if (state.HasSucceeded) return state;
        File.Delete(path);
        var reason = state.Error is null ? "" : ": " + _errors.Short(state.Error);
        throw new TrainingFailedException(
            $"{endpoint.Options.BaseUrl}: expected finetuning job {_errors.Short(state.Id)} to succeed, found {_errors.Short(state.Status)}{reason}");
    }

    private async Task<JobTicket> WithFileAsync(JobTicket ticket, string path, byte[] content, bool mayExist, CancellationToken cancellation)
    {
        if (ticket.File is not null) return ticket;
        var id = await OnceAsync(
            () => _api.FindFileAsync(ticket.FileName, cancellation),
            () => _api.UploadAsync(content, ticket.FileName, cancellation),
            mayExist,
            cancellation).ConfigureAwait(false);
        return (ticket with { File = endpoint.Redact(id) }).Write(path);
    }

    private async Task<JobTicket> WithJobAsync(
        JobTicket ticket, string path, string model, JobSettings settings, bool mayExist, CancellationToken cancellation)
    {
        if (ticket.Job is not null) return ticket;
        var id = await OnceAsync(
            async () => (await _api.FindAsync(ticket.Suffix, cancellation).ConfigureAwait(false))?.Id,
            async () => (await _api.CreateAsync(model, ticket.File!, ticket.Suffix, settings, cancellation).ConfigureAwait(false)).Id,
            mayExist,
            cancellation).ConfigureAwait(false);
        return (ticket with { Job = endpoint.Redact(id) }).Write(path);
    }

    /// <summary>Makes something at the endpoint that must not be made twice: where it is not known whether it was made, it is looked for first.</summary>
    private async Task<string> OnceAsync(Func<Task<string?>> find, Func<Task<string>> make, bool mayExist, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (mayExist && await find().ConfigureAwait(false) is { } found) return found;
            try
            {
                return await make().ConfigureAwait(false);
            }
            catch (Exception error) when (attempt < CreateAttempts && IsUncertain(error) && !cancellation.IsCancellationRequested)
            {
                mayExist = true;
                await Task.Delay(endpoint.Waits.FirstRetry * attempt, endpoint.Time, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Whether the endpoint may have done what was asked, or may do it when it is asked again.</summary>
    private static bool IsUncertain(Exception error) => error is not (InputException or OutOfMemoryException) && RemoteErrors.Status(error) is null or >= 500 or 408;

    /// <summary>Looks at the job, ever more seldom, until it has ended.</summary>
    private async Task<JobState> WaitAsync(string job, CancellationToken cancellation)
    {
        var wait = endpoint.Waits.FirstPoll;
        while (true)
        {
            var state = await _api.GetAsync(job, cancellation).ConfigureAwait(false);
            if (state.HasSucceeded || state.HasFailed) return state;
            await Task.Delay(wait, endpoint.Time, cancellation).ConfigureAwait(false);
            wait = wait * PollGrowth < endpoint.Waits.LongestPoll ? wait * PollGrowth : endpoint.Waits.LongestPoll;
        }
    }
}
