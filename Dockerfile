# docker build --tag neuron-warehouse .
FROM python:3.12-slim
WORKDIR /app
COPY . .
RUN pip install --no-cache-dir --require-hashes --requirement constraints/run.txt \
 && pip install --no-cache-dir --no-deps --no-build-isolation . \
 && useradd --create-home neuron && mkdir /data && chown neuron /data
USER neuron
ENV NEURON_WAREHOUSE_ROOT=/data NEURON_WAREHOUSE_SOURCE=live
VOLUME /data
ENTRYPOINT ["neuron-warehouse"]
CMD ["build"]
