using System.ClientModel;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;
using MultiagentFT.Testing;
using OpenAI.Chat;
using OpenAI.Files;
using OpenAI.FineTuning;

namespace MultiagentFT.Server.Tests;

/// <summary>Files and finetuning jobs by the official client.</summary>
public sealed class FineTuningTests
{
    private const string Pair = "{\"input\":{\"messages\":[{\"role\":\"user\",\"content\":\"1+1?\"}],\"tools\":[],\"parallel_tool_calls\":true},"
        + "\"preferred_output\":[{\"role\":\"assistant\",\"content\":\"2\"}],\"non_preferred_output\":[{\"role\":\"assistant\",\"content\":\"3\"}]}\n";

    private const string Line = "{\"messages\":[{\"role\":\"user\",\"content\":\"1+1?\"},{\"role\":\"assistant\",\"content\":\"2\"}]}\n";

    [Fact]
    public async Task Files_are_kept_listed_and_deleted()
    {
        await using var server = await StartAsync(new ScriptedTrainer());
        var client = server.Client().GetOpenAIFileClient();

        var file = (await client.UploadFileAsync(BinaryData.FromString(Line), "data.jsonl", FileUploadPurpose.FineTune)).Value;

        Assert.Equal(("data.jsonl", Encoding.UTF8.GetByteCount(Line)), (file.Filename, file.SizeInBytes));
        Assert.Equal(Line, (await client.DownloadFileAsync(file.Id)).Value.ToString());
        Assert.Equal(file.Id, (await client.GetFileAsync(file.Id)).Value.Id);
        Assert.Equal(file.Id, Assert.Single((await client.GetFilesAsync()).Value).Id);
        Assert.True((await client.DeleteFileAsync(file.Id)).Value.Deleted);
        var gone = await Assert.ThrowsAsync<ClientResultException>(() => client.GetFileAsync(file.Id));
        Assert.Equal(404, gone.Status);
        Assert.Empty(Directory.EnumerateDirectories(server.Folder.File("state/files")));
        var purpose = await Assert.ThrowsAsync<ClientResultException>(() => client.UploadFileAsync(BinaryData.FromString(Line), "data.jsonl", FileUploadPurpose.Assistants));
        Assert.Equal(400, purpose.Status);
        Assert.Empty(Directory.EnumerateDirectories(server.Folder.File("state/files")));
    }

    [Fact]
    public async Task A_job_trains_and_its_model_is_served_at_once()
    {
        var trainer = new ScriptedTrainer();
        await using var server = await StartAsync(trainer);
        var file = await UploadAsync(server, Line + Line);

        var client = server.Client().GetFineTuningClient();
        var job = await client.FineTuneAsync("generator-1", file, waitUntilCompleted: false, new FineTuningOptions
        {
            Suffix = "mine",
            Seed = 5,
            TrainingMethod = FineTuningTrainingMethod.CreateSupervised(epochCount: 2, learningRate: 0.5),
        });

        var id = job.JobId;
        await trainer.Begun.Task;
        Assert.Equal("running", (await server.GetAsync($"/v1/fine_tuning/jobs/{id}")).Body.GetProperty("status").GetString());
        trainer.Gate.SetResult();
        await EndedAsync(server, id);
        job = await client.GetJobAsync(id);

        Assert.Equal(FineTuningStatus.Succeeded, job.Status);
        Assert.Equal(20, (await server.GetAsync($"/v1/fine_tuning/jobs/{id}")).Body.GetProperty("trained_tokens").GetInt32());
        var name = job.Value!;
        Assert.Matches("^ft:generator-1:mine:[0-9a-f]{8}$", name);
        var training = Assert.Single(trainer.Jobs);
        Assert.Equal((2, 5e-4, 5ul), (training.Options.Epochs, training.Options.LearningRate, training.Seed));
        Assert.Equal(server.Folder.File("agent-0.gguf"), training.StartAdapter);
        ChatCompletion answer = await server.Chat(name).CompleteChatAsync([new UserChatMessage("Hi.")], new ChatCompletionOptions { Seed = 1 });
        ChatCompletion start = await server.Chat("generator-1").CompleteChatAsync([new UserChatMessage("Hi.")], new ChatCompletionOptions { Seed = 1 });
        Assert.NotEqual(start.Content[0].Text, answer.Content[0].Text);
        var events = new List<string>();
        await foreach (var happened in job.GetEventsAsync(new GetEventsOptions { PageSize = 2 })) events.Add(happened.Message);
        Assert.Contains(events, message => message.Contains("Step 2/2: training loss=1.500", StringComparison.Ordinal));
        Assert.Contains("Training on 2 examples.", events);
        Assert.StartsWith("Created", events[^1], StringComparison.Ordinal);
        var checkpoints = (await server.GetAsync($"/v1/fine_tuning/jobs/{id}/checkpoints")).Body.GetProperty("data");
        Assert.Equal(name, Assert.Single(checkpoints.EnumerateArray()).GetProperty("fine_tuned_model_checkpoint").GetString());
        Assert.Equal(409, (await server.PostAsync($"/v1/fine_tuning/jobs/{id}/cancel", "")).Status);

        using var deletion = await server.Http.DeleteAsync($"/v1/models/{name}");
        Assert.True(deletion.IsSuccessStatusCode);
        Assert.Empty((await server.GetAsync($"/v1/fine_tuning/jobs/{id}/checkpoints")).Body.GetProperty("data").EnumerateArray());
    }

    [Fact]
    public async Task A_broken_dataset_fails_its_job_with_the_line()
    {
        await using var server = await StartAsync(new ScriptedTrainer());
        var file = await UploadAsync(server, Line + "{\"messages\":[]}\n");

        var job = await CreateAsync(server, file);
        var ended = await EndedAsync(server, job);

        Assert.Equal("failed", ended.GetProperty("status").GetString());
        var error = ended.GetProperty("error");
        Assert.Equal(("invalid_training_file", "training_file"), (error.GetProperty("code").GetString(), error.GetProperty("param").GetString()));
        Assert.StartsWith("data.jsonl: line 2: messages", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain(server.Folder.Path, ended.GetRawText(), StringComparison.Ordinal);
        var events = (await server.GetAsync($"/v1/fine_tuning/jobs/{job}/events")).Body.GetProperty("data");
        Assert.Contains(events.EnumerateArray(), happened => happened.GetProperty("level").GetString() == "error" && happened.GetProperty("message").GetString()!.Contains("line 2", StringComparison.Ordinal));
        Assert.Equal(5, server.Society.Agents.Count);
        Assert.Equal(200, (await server.GetAsync("/v1/models")).Status);
    }

    [Fact]
    public async Task A_job_learns_preferences()
    {
        var trainer = new ScriptedTrainer();
        trainer.Gate.SetResult();
        await using var server = await StartAsync(trainer);
        var file = await UploadAsync(server, Pair + "{\"prompt\":\"1+2?\",\"chosen\":\"3\",\"rejected\":\"4\"}\n");

        var job = await server.Client().GetFineTuningClient().FineTuneAsync("generator-1", file, waitUntilCompleted: false, new FineTuningOptions
        {
            TrainingMethod = FineTuningTrainingMethod.CreateDirectPreferenceOptimization(epochCount: 3, learningRate: 0.5, betaFactor: 1),
        });
        var usual = await CreateAsync(server, file, ",\"method\":{\"type\":\"dpo\",\"dpo\":{\"hyperparameters\":{\"beta\":\"auto\"}}}");

        Assert.Equal("succeeded", (await EndedAsync(server, job.JobId)).GetProperty("status").GetString());
        var ended = await EndedAsync(server, usual);
        var (first, second) = (trainer.Jobs[0], trainer.Jobs[1]);
        Assert.Equal(("dpo", 3, 5e-4, 1.0), (first.Options.Objective, first.Options.Epochs, first.Options.LearningRate, first.Options.Beta));
        Assert.Equal(server.Folder.File("agent-0.gguf"), first.StartAdapter);
        Assert.Equal(("dpo", new TrainingOptions().Epochs, new TrainingOptions().Beta), (second.Options.Objective, second.Options.Epochs, second.Options.Beta));
        var method = ended.GetProperty("method");
        Assert.Equal(("dpo", 0.1), (method.GetProperty("type").GetString(), method.GetProperty("dpo").GetProperty("hyperparameters").GetProperty("beta").GetDouble()));
        Assert.Contains("Training on 2 pairs of answers.", await MessagesAsync(server, job.JobId));
    }

    [Theory]
    [InlineData("{\"prompt\":\"1+1?\",\"chosen\":\"2\"}", "line 2: rejected")]
    [InlineData(Line, "line 2: prompt")]
    [InlineData("{\"input\":{\"messages\":[]},\"preferred_output\":[],\"non_preferred_output\":[]}", "line 2: input.messages")]
    public async Task A_broken_file_of_preferences_fails_its_job_with_the_line(string line, string place)
    {
        await using var server = await StartAsync(new ScriptedTrainer());
        var file = await UploadAsync(server, Pair + line + "\n");

        var job = await CreateAsync(server, file, ",\"method\":{\"type\":\"dpo\"}");
        var ended = await EndedAsync(server, job);

        Assert.Equal(("failed", "invalid_training_file"), (ended.GetProperty("status").GetString(), ended.GetProperty("error").GetProperty("code").GetString()));
        Assert.Contains(await MessagesAsync(server, job), message => message.StartsWith($"data.jsonl: {place}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_cancelled_job_stops_its_trainer_and_the_next_one_runs()
    {
        var trainer = new ScriptedTrainer();
        await using var server = await StartAsync(trainer);
        var file = await UploadAsync(server, Line);
        var (first, second) = (await CreateAsync(server, file), await CreateAsync(server, file));
        await trainer.Begun.Task;

        var (status, cancelled) = await server.PostAsync($"/v1/fine_tuning/jobs/{first}/cancel", "");
        trainer.Gate.SetResult();
        var ended = await EndedAsync(server, second);

        Assert.Equal((200, "cancelled"), (status, cancelled.GetProperty("status").GetString()));
        Assert.Equal("succeeded", ended.GetProperty("status").GetString());
        Assert.Equal("cancelled", (await server.GetAsync($"/v1/fine_tuning/jobs/{first}")).Body.GetProperty("status").GetString());
        Assert.Equal(2, trainer.Jobs.Count);
        Assert.Equal(5, server.Load.Adapters);
    }

    [Fact]
    public async Task Jobs_and_models_survive_a_restart_and_one_server_has_the_folder()
    {
        using var folder = new TemporaryFolder();
        var (patient, stuck) = (new ScriptedTrainer(), new ScriptedTrainer());
        patient.Gate.SetResult();
        string done, open, name, answer;
        await using (var server = await StartAsync(patient, folder))
        {
            var file = await UploadAsync(server, Line);
            done = await CreateAsync(server, file);
            name = (await EndedAsync(server, done)).GetProperty("fine_tuned_model").GetString()!;
            answer = await AnswerAsync(server, name);
            var other = await Assert.ThrowsAsync<InputException>(() => StartAsync(stuck, folder));
            Assert.Contains("a state folder that no other server uses", other.Message, StringComparison.Ordinal);
        }
        await using (var server = await StartAsync(stuck, folder))
        {
            Assert.Equal(answer, await AnswerAsync(server, name));
            open = await CreateAsync(server, (await server.GetAsync("/v1/files")).Body.GetProperty("data")[0].GetProperty("id").GetString()!);
            await stuck.Begun.Task;
        }
        // A line that was not finished is left out.
        await File.AppendAllTextAsync(Path.Combine(folder.Path, "state", "jobs", open, "events.jsonl"), "{\"id\":\"fte");
        await using (var server = await StartAsync(patient, folder))
        {
            var ended = await EndedAsync(server, open);
            Assert.Equal("succeeded", ended.GetProperty("status").GetString());
            Assert.Equal(stuck.Jobs[0].Seed, patient.Jobs[^1].Seed);
            var events = (await server.GetAsync($"/v1/fine_tuning/jobs/{open}/events?limit=100")).Body.GetProperty("data").EnumerateArray().Select(happened => happened.GetProperty("message").GetString());
            Assert.Contains("The server was started again; the job begins anew.", events);
            Assert.Equal([open, done], (await server.GetAsync("/v1/fine_tuning/jobs")).Body.GetProperty("data").EnumerateArray().Select(job => job.GetProperty("id").GetString()));
            Assert.Equal(6, server.Load.Adapters);
        }
    }

    [Fact]
    public async Task Files_and_jobs_of_one_second_are_listed_in_the_order_of_their_creation_also_after_a_restart()
    {
        using var folder = new TemporaryFolder();
        var trainer = new ScriptedTrainer();
        var (files, created) = (new List<string>(), new List<string>());
        await using (var server = await StartAsync(trainer, folder))
        {
            for (var index = 0; index < 8; index++) files.Insert(0, await UploadAsync(server, Line));
            for (var index = 0; index < 8; index++) created.Insert(0, await CreateAsync(server, files[0]));
            Assert.Equal(files, await ListAsync(server, "files"));
            Assert.Equal(created, await ListAsync(server, "fine_tuning/jobs"));
        }
        trainer.Gate.SetResult();
        await using (var server = await StartAsync(trainer, folder))
        {
            files.Insert(0, await UploadAsync(server, Line));
            created.Insert(0, await CreateAsync(server, files[0]));
            await EndedAsync(server, created[0]);
            Assert.Equal(files, await ListAsync(server, "files"));
            Assert.Equal(created, await ListAsync(server, "fine_tuning/jobs"));
            Assert.Equal(created.AsEnumerable().Reverse(), trainer.Jobs.TakeLast(9).Select(job => Path.GetFileName(Path.GetDirectoryName(job.Output)!)));
        }
    }

    [Fact]
    public async Task A_state_folder_that_cannot_be_written_ends_the_start()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("state"), "a file");

        var error = await Assert.ThrowsAsync<InputException>(() => StartAsync(new ScriptedTrainer(), folder));

        Assert.Contains("state: expected a state folder", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_job_cannot_do_is_refused()
    {
        await using var server = await StartAsync(new ScriptedTrainer());
        var file = await UploadAsync(server, Line);
        foreach (var (fields, param, reason) in ((string, string, string)[])
        [
            ("\"model\":\"base\"", "training_file", "found none"),
            ("\"model\":\"judge\",\"training_file\":\"FILE\"", "model", "GET /v1/models"),
            ("\"model\":\"society\",\"training_file\":\"FILE\"", "model", "agent by agent"),
            ("\"model\":\"base\",\"training_file\":\"file-1\"", "file_id", "GET /v1/files"),
            ("\"model\":\"base\",\"training_file\":\"../../x\"", "file_id", "GET /v1/files"),
            ("\"model\":\"base\",\"training_file\":\"FILE\",\"validation_file\":\"FILE\"", "validation_file", "does not support"),
            ("\"model\":\"base\",\"training_file\":\"FILE\",\"method\":{\"type\":\"reinforcement\"}", "method.type", "expected supervised or dpo"),
            ("\"model\":\"base\",\"training_file\":\"FILE\",\"method\":{\"type\":\"supervised\",\"dpo\":{}}", "method.dpo", "settings of supervised alone"),
            ("\"model\":\"base\",\"training_file\":\"FILE\",\"method\":{\"type\":\"supervised\",\"supervised\":{\"hyperparameters\":{\"beta\":1}}}", "method.supervised.hyperparameters.beta", "unknown"),
            ("\"model\":\"base\",\"training_file\":\"FILE\",\"method\":{\"type\":\"dpo\",\"dpo\":{\"hyperparameters\":{\"beta\":0}}}", "method.dpo.hyperparameters.beta", "0.0001 to 2"),
            ("\"model\":\"base\",\"training_file\":\"FILE\",\"method\":{\"type\":\"dpo\"},\"hyperparameters\":{}", "hyperparameters", "in method alone"),
            ("\"model\":\"base\",\"training_file\":\"FILE\",\"suffix\":\"a/b\"", "suffix", "letters"),
            ("\"model\":\"base\",\"training_file\":\"FILE\",\"hyperparameters\":{\"batch_size\":8}", "hyperparameters.batch_size", "auto"),
            ("\"model\":\"base\",\"training_file\":\"FILE\",\"hyperparameters\":{\"n_epochs\":0}", "hyperparameters.n_epochs", "1 to 50"),
            ("\"model\":\"base\",\"training_file\":\"FILE\",\"rank\":8", "rank", "unknown"),
        ])
        {
            var (status, answer) = await server.PostAsync("/v1/fine_tuning/jobs", "{" + fields.Replace("FILE", file, StringComparison.Ordinal) + "}");
            Assert.InRange(status, 400, 404);
            Assert.Equal(param, answer.GetProperty("error").GetProperty("param").GetString());
            Assert.Contains(reason, answer.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        }
        Assert.Empty((await server.GetAsync("/v1/fine_tuning/jobs")).Body.GetProperty("data").EnumerateArray());
        Assert.Equal(404, (await server.GetAsync("/v1/fine_tuning/jobs/ftjob-1")).Status);
        Assert.Equal(400, (await server.GetAsync("/v1/fine_tuning/jobs?limit=0")).Status);
        Assert.Equal(400, (await server.GetAsync("/v1/fine_tuning/jobs?after=nothing")).Status);
    }

    [Fact]
    public async Task A_trainer_that_breaks_off_fails_the_job_alone()
    {
        var trainer = new ScriptedTrainer { Failure = new TrainingFailedException("out of memory") };
        trainer.Gate.SetResult();
        await using var server = await StartAsync(trainer);

        var ended = await EndedAsync(server, await CreateAsync(server, await UploadAsync(server, Line)));

        Assert.Equal(("failed", "training_failed"), (ended.GetProperty("status").GetString(), ended.GetProperty("error").GetProperty("code").GetString()));
        Assert.Equal(200, (await server.GetAsync("/health")).Status);
    }

    [Fact]
    public async Task Half_an_upload_leaves_nothing()
    {
        await using var server = await StartAsync(new ScriptedTrainer(), most: 4096);
        const string Head = "--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nfine-tune\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n";

        // The form ends in the middle of the file, the connection does not.
        Assert.Equal(400, (await server.PostAsync("/v1/files", Head + Line, "multipart/form-data; boundary=b")).Status);
        Assert.Equal(400, (await server.PostAsync("/v1/files", "no form", "multipart/form-data; boundary=b")).Status);
        Assert.Equal(400, (await server.PostAsync("/v1/files", Head.Replace("fine-tune", "batch", StringComparison.Ordinal) + Line + "\r\n--b--\r\n", "multipart/form-data; boundary=b")).Status);
        Assert.Equal(413, (await server.PostAsync("/v1/files", Head + new string('x', 5000) + "\r\n--b--\r\n", "multipart/form-data; boundary=b")).Status);
        Assert.Equal(415, (await server.PostAsync("/v1/files", "{}")).Status);
        // The connection ends.
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(IPAddress.Loopback, server.Host.Address.Port);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                $"POST /v1/files HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 3000\r\n\r\n{Head}half"));
            while (!Directory.EnumerateDirectories(server.Folder.File("state/files")).Any()) await Task.Delay(2);
        }
        while (Directory.EnumerateDirectories(server.Folder.File("state/files")).Any()) await Task.Delay(2);
        Assert.Equal(200, (await server.PostAsync("/v1/files", Head + Line + "\r\n--b--\r\n", "multipart/form-data; boundary=b")).Status);
    }

    private static Task<TestServer> StartAsync(ITrainer trainer, TemporaryFolder? folder = null, long most = 1 << 20) => TestServer.StartAsync(
        folder => new ServerOptions { StateFolder = folder.File("state"), Trainer = trainer, MaxFileBytes = most }, folder: folder);

    private static async Task<string> UploadAsync(TestServer server, string content) =>
        (await server.Client().GetOpenAIFileClient().UploadFileAsync(BinaryData.FromString(content), "data.jsonl", FileUploadPurpose.FineTune)).Value.Id;

    private static async Task<List<string>> ListAsync(TestServer server, string items) =>
        [.. (await server.GetAsync($"/v1/{items}")).Body.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("id").GetString()!)];

    private static async Task<List<string>> MessagesAsync(TestServer server, string job) =>
        [.. (await server.GetAsync($"/v1/fine_tuning/jobs/{job}/events?limit=100")).Body.GetProperty("data").EnumerateArray().Select(happened => happened.GetProperty("message").GetString()!)];

    private static async Task<string> CreateAsync(TestServer server, string file, string more = "")
    {
        var (status, job) = await server.PostAsync("/v1/fine_tuning/jobs", $$"""{"model":"base","training_file":"{{file}}"{{more}}}""");
        Assert.True(status == 200, job.GetRawText());
        return job.GetProperty("id").GetString()!;
    }

    private static async Task<JsonElement> EndedAsync(TestServer server, string job)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var (_, body) = await server.GetAsync($"/v1/fine_tuning/jobs/{job}");
            if (body.GetProperty("status").GetString() is "succeeded" or "failed" or "cancelled") return body;
            await Task.Delay(5, patience.Token);
        }
    }

    private static async Task<string> AnswerAsync(TestServer server, string model)
    {
        ChatCompletion answer = await server.Chat(model).CompleteChatAsync([new UserChatMessage("Hi.")], new ChatCompletionOptions { Seed = 1 });
        return answer.Content[0].Text;
    }
}
