#include "bench/isolation/grpc_echo.hpp"

#include <grpcpp/grpcpp.h>

#include "echo.grpc.pb.h"

namespace tenon::bench {

namespace {

constexpr int kMostBytes = 64 << 20;

class Service final : public Echo::Service {
  grpc::Status Call(grpc::ServerContext*, const Payload* request, Payload* reply) override {
    reply->set_data(request->data());
    return grpc::Status::OK;
  }
};

}  // namespace

int serve_grpc_echo(const std::string& path) {
  Service service;
  grpc::ServerBuilder builder;
  builder.SetMaxReceiveMessageSize(kMostBytes);
  builder.AddListeningPort("unix:" + path, grpc::InsecureServerCredentials());
  builder.RegisterService(&service);
  const auto server = builder.BuildAndStart();
  if (!server) return 1;
  server->Wait();
  return 0;
}

struct GrpcEcho::Client {
  std::shared_ptr<grpc::Channel> channel;
  std::unique_ptr<Echo::Stub> stub;
};

GrpcEcho::GrpcEcho(const std::string& path) : client_(std::make_unique<Client>()) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMostBytes);
  client_->channel =
      grpc::CreateCustomChannel("unix:" + path, grpc::InsecureChannelCredentials(), arguments);
  client_->stub = Echo::NewStub(client_->channel);
  client_->channel->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(10));
}

GrpcEcho::~GrpcEcho() = default;

bool GrpcEcho::call(const std::string& input, std::string& output) {
  Payload request, reply;
  request.set_data(input);
  grpc::ClientContext context;
  if (!client_->stub->Call(&context, request, &reply).ok()) return false;
  output = std::move(*reply.mutable_data());
  return true;
}

}  // namespace tenon::bench
