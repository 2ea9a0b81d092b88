using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using MultiagentFT.Foundation;
using MultiagentFT.Server.Errors;
using MultiagentFT.Server.Files;

namespace MultiagentFT.Server.FineTuning;

/// <summary>Finetuning jobs and what happened to them, in memory and on disk. A job is written whole at every change of its state.</summary>
internal sealed partial class JobStore
{
    private const string Description = "job.json";
    private const string EventFile = "events.jsonl";

    private readonly StateFolder _state;
    private readonly ServerOptions _options;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, FineTuningJob> _jobs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<JobEvent>> _events = new(StringComparer.Ordinal);

    /// <summary>Reads back what an earlier server has left.</summary>
    /// <exception cref="InputException">A job's file is damaged.</exception>
    public JobStore(StateFolder state, ServerOptions options, TimeProvider time)
    {
        (_state, _options, _time) = (state, options, time);
        foreach (var folder in Directory.EnumerateDirectories(state.Jobs))
        {
            var path = Path.Combine(folder, Description);
            // Without a description its creation was never confirmed to anybody.
            if (!File.Exists(path)) continue;
            var job = Read(path);
            _jobs[job.Id] = job;
            _events[job.Id] = ReadEvents(Path.Combine(folder, EventFile));
        }
    }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<FineTuningJob> All
    {
        get
        {
            lock (_lock) return [.. _jobs.Values.OrderByDescending(job => job.Number).ThenByDescending(job => job.CreatedAt)];
        }
    }

    /// <exception cref="ApiException">There is no such job.</exception>
    public FineTuningJob Get(string id)
    {
        lock (_lock)
        {
            return _jobs.GetValueOrDefault(id)
                ?? throw ApiException.NotFound("job_not_found", "fine_tuning_job_id", $"fine_tuning_job_id: expected one of GET /v1/fine_tuning/jobs, found no {Printable.Line(id)}");
        }
    }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<JobEvent> EventsOf(string id)
    {
        _ = Get(id);
        lock (_lock) return [.. Enumerable.Reverse(_events[id])];
    }

    /// <summary>Where the adapter of a job is written.</summary>
    public string AdapterOf(string id) => Path.Combine(_state.Jobs, id, "adapter.gguf");

    /// <summary>Adds a job as the newest one.</summary>
    public void Add(FineTuningJob job)
    {
        lock (_lock)
        {
            Write(job with { Number = _jobs.Values.Select(job => job.Number).DefaultIfEmpty().Max() + 1 });
            _events[job.Id] = [];
        }
    }

    /// <summary>Changes a job that has not ended; of two that would end it the first one does.</summary>
    /// <returns>The job as it is now, and whether it was changed.</returns>
    public (FineTuningJob Job, bool Changed) Change(string id, Func<FineTuningJob, FineTuningJob> change)
    {
        lock (_lock)
        {
            var job = Get(id);
            if (job.HasEnded) return (job, false);
            job = change(job);
            Write(job);
            return (job, true);
        }
    }

    /// <summary>Records that what a job trained is gone.</summary>
    public void MarkDeleted(string fineTunedModel)
    {
        lock (_lock)
        {
            if (_jobs.Values.FirstOrDefault(job => job.FineTunedModel == fineTunedModel && job.Status == JobStatus.Succeeded) is not { } job) return;
            Write(job with { IsDeleted = true });
            File.Delete(AdapterOf(job.Id));
        }
    }

    public void Tell(string id, string message, bool isError = false, JobMetrics? metrics = null)
    {
        var happened = new JobEvent($"ftevent-{_options.NextId():N}", _time.GetUtcNow().ToUnixTimeSeconds(), isError ? "error" : "info", message, metrics);
        lock (_lock)
        {
            _events[id].Add(happened);
            File.AppendAllText(Path.Combine(_state.Jobs, id, EventFile), JsonSerializer.Serialize(happened, JsonFormats.Line) + "\n");
        }
    }

    private void Write(FineTuningJob job)
    {
        StateFolder.Write(Path.Combine(_state.Jobs, job.Id, Description), job);
        _jobs[job.Id] = job;
    }

    private static FineTuningJob Read(string path)
    {
        var job = StateFolder.Read<FineTuningJob>(path, "a finetuning job");
        return Id().IsMatch(job.Id) && Path.GetFileName(Path.GetDirectoryName(path)) == job.Id
            ? job
            : throw new InputException(path, null, "the finetuning job of its folder", "another");
    }

    /// <summary>A line that a killed server has not finished is left out.</summary>
    private static List<JobEvent> ReadEvents(string path)
    {
        var events = new List<JobEvent>();
        if (!File.Exists(path)) return events;
        var text = File.ReadAllText(path, Encoding.UTF8);
        var whole = text[..(text.LastIndexOf('\n') + 1)];
        if (whole.Length < text.Length) AtomicFile.WriteText(path, whole);
        foreach (var line in whole.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                if (JsonSerializer.Deserialize<JobEvent>(line, JsonFormats.Line) is { } happened) events.Add(happened);
            }
            catch (JsonException error)
            {
                throw new InputException(path, $"line {events.Count + 1}", "an event", JsonMessage.Of(error), error);
            }
        }
        return events;
    }

    [GeneratedRegex(@"^ftjob-[0-9a-f]{32}\z")]
    private static partial Regex Id();
}
